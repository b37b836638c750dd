import type { Agency } from '../../src/core/agency/agency.ts';
import type { Place } from '../../src/core/places/place.ts';
import type { Assignment, WorkOrder } from '../../src/core/work/work-order.ts';

type Placed = WorkOrder & { assignment: Assignment };

const EARTH_KILOMETERS = 6371;
const MINUTE_MS = 60_000;

/** Pairs of jobs that follow each other in a crew's time with less than the road between them, as text. */
export function findShortRoads(orders: readonly WorkOrder[], { travel }: Pick<Agency, 'travel'>): string[] {
  const placed = orders
    .filter((order): order is Placed => order.assignment !== null)
    .sort((one, other) => Number(one.assignment.start) - Number(other.assignment.start));
  return placed.flatMap((order) => {
    const { crewId, end } = order.assignment;
    const next = placed
      .slice(placed.indexOf(order) + 1)
      .find(({ assignment }) => assignment.crewId === crewId);
    if (!next?.place || !order.place) return [];
    const gap = (Number(next.assignment.start) - Number(end)) / MINUTE_MS;
    const road = (kilometersBetween(order.place, next.place) * travel.factor * 60) / travel.kilometersPerHour;
    return gap < road - 1e-6 ? [`${order._id} → ${next._id}: ${gap} of ${road.toFixed(1)} minutes`] : [];
  });
}

function kilometersBetween(from: Place, to: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const across = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const along =
    Math.cos(radians(from.latitude)) *
    Math.cos(radians(to.latitude)) *
    Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  return 2 * EARTH_KILOMETERS * Math.asin(Math.sqrt(across + along));
}
