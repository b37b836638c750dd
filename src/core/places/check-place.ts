import { describePlace, type Place } from './place.ts';
import { isInRegion, kilometersToNearest, type Region } from './region.ts';

/** What can be wrong with a place. */
export type PlaceFaultKind = 'unreadable' | 'degrees' | 'zero' | 'swapped' | 'sign' | 'far';

/** Why a place cannot be meant. */
export interface PlaceFault {
  kind: PlaceFaultKind;
  place: Place;
  /** What is meant, where that can be told: swapped back, or with the minus that is missing. */
  meant: Place | null;
  /** How far it is from where the agency works, where that can be told. */
  kilometers: number | null;
}

/** So near to 0, 0 there is only sea, and the zeros of programs that knew no place. */
const ZERO_DEGREES = 0.01;

/** The one check of a place, whichever door it comes through: what is wrong with it, or null. */
export function findPlaceFault(place: Place, region: Region): PlaceFault | null {
  const { latitude, longitude } = place;
  const fault = (kind: PlaceFaultKind, meant: Place | null = null): PlaceFault => {
    const isPlace = kind !== 'unreadable' && kind !== 'degrees';
    const kilometers = isPlace ? kilometersToNearest(place, region.anchors) : null;
    return { kind, place, meant, kilometers };
  };
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return fault('unreadable');
  if (Math.abs(latitude) <= ZERO_DEGREES && Math.abs(longitude) <= ZERO_DEGREES) return fault('zero');
  if (isOnEarth(place) && isInRegion(place, region)) return null;
  const swapped = { latitude: longitude, longitude: latitude };
  if (isMeant(swapped, region)) return fault('swapped', swapped);
  const signs = [
    { latitude, longitude: -longitude },
    { latitude: -latitude, longitude },
    { latitude: -latitude, longitude: -longitude },
  ].find((meant) => isMeant(meant, region));
  if (signs) return fault('sign', signs);
  return fault(isOnEarth(place) ? 'far' : 'degrees');
}

/** What is wrong and what would be right, in words. `nearest` says what anchors are: "the nearest depot". */
export function explainPlaceFault(
  { kind, place, meant, kilometers }: PlaceFault,
  nearest = 'the nearest depot or district',
): { wrong: string; right: string } {
  const given = `latitude ${place.latitude}, longitude ${place.longitude}`;
  const away =
    kilometers === null ? '' : `, ${Math.round(kilometers).toLocaleString('en-US')} km from ${nearest}`;
  const written = meant ? `write latitude ${meant.latitude}, longitude ${meant.longitude}` : '';
  switch (kind) {
    case 'unreadable':
      return { wrong: `${given} are no numbers`, right: 'write degrees such as 39.8721 and -89.5412' };
    case 'degrees':
      return {
        wrong: `${given} is nowhere on earth`,
        right: 'write latitude from -90 to 90, longitude from -180 to 180',
      };
    case 'zero':
      return {
        wrong: '0, 0 is in the sea off Africa: nobody filled it in',
        right: 'write where it is, or leave it out',
      };
    case 'swapped':
      return {
        wrong: `${given} looks swapped${meant ? `: ${describePlace(meant)} is meant` : ''}`,
        right: written,
      };
    case 'sign':
      return {
        wrong: `${given} looks like a slip of the sign${meant ? `: ${describePlace(meant)} is meant` : ''}`,
        right: written,
      };
    case 'far':
      return {
        wrong: `${given} is ${describePlace(place)}${away}, outside the agency’s region`,
        right: 'correct it, or state “region” in the agency file if work is that far away',
      };
  }
}

function isOnEarth({ latitude, longitude }: Place): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

function isMeant(place: Place, region: Region): boolean {
  return isOnEarth(place) && isInRegion(place, region);
}
