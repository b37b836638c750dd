/** Materials are counted in whole units of the material's own measure (kilograms, pieces), never in fractions. */
export interface MaterialQuantity {
  material: string;
  quantity: number;
}

/**
 * What a job needs: what its definition requires, and of what that says nothing about, what was named for it, such as by
 * the assessment. Repeats add up; one entry each, in order of first mention.
 */
export function materialsOf(
  required: readonly MaterialQuantity[],
  named: readonly MaterialQuantity[],
): MaterialQuantity[] {
  const known = new Set(required.map(({ material }) => material));
  return addUpRepeats([...required, ...named.filter(({ material }) => !known.has(material))]);
}

/** The same materials with one entry each, quantities added up, in order of first mention. */
export function addUpRepeats(materials: readonly MaterialQuantity[]): MaterialQuantity[] {
  const total = new Map<string, number>();
  for (const { material, quantity } of materials) total.set(material, (total.get(material) ?? 0) + quantity);
  return [...total].map(([material, quantity]) => ({ material, quantity }));
}
