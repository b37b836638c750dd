/** A point on the earth, in degrees north and east. */
export interface Place {
  latitude: number;
  longitude: number;
}

const EARTH_KM = 6_371;
const MOST_DECIMALS = 5;

/** The great-circle distance in kilometres. */
export function kilometersBetween(from: Place, to: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const across = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const along = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const squeeze = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, across + squeeze * along)));
}

/** A place as a map names it: `39.872 N, 89.541 W`. */
export function describePlace({ latitude, longitude }: Place): string {
  const say = (degrees: number, positive: string, negative: string) =>
    `${Math.abs(Number(degrees.toFixed(MOST_DECIMALS)))} ${degrees < 0 ? negative : positive}`;
  return `${say(latitude, 'N', 'S')}, ${say(longitude, 'E', 'W')}`;
}
