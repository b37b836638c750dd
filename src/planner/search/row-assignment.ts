/**
 * Gives rows to columns so that the sum of costs is lowest, along shortest augmenting paths [Jonker and Volgenant 1987].
 * A column takes one row; a row or a column may go without, which costs nothing. The scratch space serves many problems.
 */
export class RowAssignment {
  /** Whether the columns are given to the rows instead, as there are fewer: most then find a free one at once. */
  private isTurned = false;
  /** The lines that are given, and the places they are given to; by line × places + place what that costs. */
  private lines = 0;
  private places = 0;
  private costs = new Float64Array(0);
  private lineOf = new Int32Array(0);
  private placeOf = new Int32Array(0);
  private linePrice = new Float64Array(0);
  private placePrice = new Float64Array(0);
  /** By place: length of the shortest path to it, and the line before it on that path. */
  private distance = new Float64Array(0);
  private reachedFrom = new Int32Array(0);
  /** Places whose shortest path is not yet known, and those whose path is, in the order they were reached. */
  private readonly open: number[] = [];
  private readonly reached: number[] = [];

  /** Makes room for a problem in which no row can go anywhere. */
  prepare(rows: number, columns: number): void {
    this.isTurned = columns < rows;
    this.lines = Math.min(rows, columns);
    this.places = Math.max(rows, columns);
    const size = rows * columns;
    if (this.costs.length < size) this.costs = new Float64Array(2 * size);
    this.costs.fill(Infinity, 0, size);
    if (this.placeOf.length < this.lines) {
      this.placeOf = new Int32Array(2 * this.lines);
      this.linePrice = new Float64Array(2 * this.lines);
    }
    if (this.lineOf.length >= this.places) return;
    this.lineOf = new Int32Array(2 * this.places);
    this.placePrice = new Float64Array(2 * this.places);
    this.distance = new Float64Array(2 * this.places);
    this.reachedFrom = new Int32Array(2 * this.places);
  }

  /** Lets a row go to a column, between `prepare` and `solve`. */
  allow(row: number, column: number, cost: number): void {
    const [line, place] = this.isTurned ? [column, row] : [row, column];
    this.costs[line * this.places + place] = cost;
  }

  /** The row a column got, or -1; after `solve`. */
  rowOf(column: number): number {
    return (this.isTurned ? this.placeOf[column] : this.lineOf[column]) as number;
  }

  /** Gives each line the place it gets. */
  solve(): void {
    this.lineOf.fill(-1, 0, this.places);
    this.placePrice.fill(0, 0, this.places);
    this.placeOf.fill(-1, 0, this.lines);
    for (let line = 0; line < this.lines; line++) {
      if (!this.takeCheapest(line)) this.augment(line);
    }
  }

  /** True when the line's cheapest place is free, or none is worth anything. */
  private takeCheapest(line: number): boolean {
    const { costs, places, placePrice, lineOf } = this;
    const base = line * places;
    let least = 0;
    let cheapest = -1;
    for (let place = 0; place < places; place++) {
      const cost = (costs[base + place] as number) - (placePrice[place] as number);
      if (cost >= least) continue;
      least = cost;
      cheapest = place;
    }
    this.linePrice[line] = least;
    if (cheapest < 0) return true;
    if (lineOf[cheapest] !== -1) return false;
    lineOf[cheapest] = line;
    this.placeOf[line] = cheapest;
    return true;
  }

  /** Finds the shortest path from a line to a free place, or to a line that does best without one, and follows it. */
  private augment(first: number): void {
    const { places, lineOf, placeOf, linePrice, distance, open, reached } = this;
    open.length = places;
    reached.length = 0;
    for (let place = 0; place < places; place++) open[place] = place;
    distance.fill(Infinity, 0, places);
    let line = first;
    let length = 0;
    let lengthWithout = Infinity;
    let lineWithout = first;
    for (;;) {
      const offset = length - (linePrice[line] as number);
      if (offset < lengthWithout) {
        lengthWithout = offset;
        lineWithout = line;
      }
      const at = this.scan(line, offset);
      const place = at < 0 ? -1 : (open[at] as number);
      if (place < 0 || lengthWithout <= (distance[place] as number)) {
        this.adjustPrices(first, lengthWithout);
        const left = placeOf[lineWithout] as number;
        placeOf[lineWithout] = -1;
        if (lineWithout !== first) this.turnOver(first, left);
        return;
      }
      length = distance[place] as number;
      if (lineOf[place] === -1) {
        this.adjustPrices(first, length);
        this.turnOver(first, place);
        return;
      }
      open[at] = open[open.length - 1] as number;
      open.length -= 1;
      reached.push(place);
      line = lineOf[place] as number;
    }
  }

  /** Looks from a line at all open places; where the nearest of them stands in `open`, or -1. */
  private scan(line: number, offset: number): number {
    const { costs, placePrice, distance, reachedFrom, open } = this;
    const base = line * this.places;
    let least = Infinity;
    let nearest = -1;
    for (let at = 0; at < open.length; at++) {
      const place = open[at] as number;
      const through = offset + (costs[base + place] as number) - (placePrice[place] as number);
      if (through < (distance[place] as number)) {
        distance[place] = through;
        reachedFrom[place] = line;
      }
      if ((distance[place] as number) >= least) continue;
      least = distance[place] as number;
      nearest = at;
    }
    return nearest;
  }

  private adjustPrices(first: number, length: number): void {
    const { lineOf, linePrice, placePrice, distance } = this;
    linePrice[first] = (linePrice[first] as number) + length;
    for (const place of this.reached) {
      const shorter = length - (distance[place] as number);
      const line = lineOf[place] as number;
      placePrice[place] = (placePrice[place] as number) - shorter;
      linePrice[line] = (linePrice[line] as number) + shorter;
    }
  }

  /** Every line on the path to `last` takes the place after it. */
  private turnOver(first: number, last: number): void {
    const { lineOf, placeOf, reachedFrom } = this;
    let place = last;
    for (;;) {
      const line = reachedFrom[place] as number;
      const before = placeOf[line] as number;
      lineOf[place] = line;
      placeOf[line] = place;
      if (line === first) return;
      place = before;
    }
  }
}
