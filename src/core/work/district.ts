import type { District } from '../agency/agency.ts';
import type { Place } from '../places/place.ts';

/** The first district whose outline encloses the place; null when none does. */
export function districtOf(place: Place, districts: readonly District[]): District | null {
  return districts.find(({ area }) => encloses(area, place)) ?? null;
}

/** Even-odd rule: a ray to the east crosses the outline of what encloses its origin an odd number of times. */
function encloses(area: District['area'], { latitude, longitude }: Place): boolean {
  let inside = false;
  area.forEach(([cornerLatitude, cornerLongitude], index) => {
    const [otherLatitude, otherLongitude] = area.at(index - 1) as [number, number];
    if (cornerLatitude > latitude === otherLatitude > latitude) return;
    const share = (latitude - cornerLatitude) / (otherLatitude - cornerLatitude);
    if (longitude < cornerLongitude + share * (otherLongitude - cornerLongitude)) inside = !inside;
  });
  return inside;
}
