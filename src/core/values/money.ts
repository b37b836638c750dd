/** Cents as money for people, e.g. `$1,250.00`, in the agency's currency. */
export function describeCents(cents: number, currency: string): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100);
}
