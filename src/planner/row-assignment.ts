/**
 * Gives rows to columns so that the sum of costs is lowest, along shortest augmenting paths [Jonker and Volgenant 1987].
 * A column takes one row; a row may go without a column, which costs nothing. The scratch space serves many problems.
 */
export class RowAssignment {
  /** By row × columns + column, `Infinity` where a row cannot go; to be filled between `prepare` and `solve`. */
  costs = new Float64Array(0);
  /** By column: its row, or -1. */
  rowOf = new Int32Array(0);
  private rows = 0;
  private columns = 0;
  private columnOf = new Int32Array(0);
  private rowPrice = new Float64Array(0);
  private columnPrice = new Float64Array(0);
  /** By column: length of the shortest path to it, and the row before it on that path. */
  private distance = new Float64Array(0);
  private reachedFrom = new Int32Array(0);
  /** Columns whose shortest path is not yet known, and those whose path is, in the order they were reached. */
  private readonly open: number[] = [];
  private readonly reached: number[] = [];

  /** Makes room for a problem in which no row can go anywhere. */
  prepare(rows: number, columns: number): void {
    this.rows = rows;
    this.columns = columns;
    if (this.costs.length < rows * columns) this.costs = new Float64Array(2 * rows * columns);
    this.costs.fill(Infinity, 0, rows * columns);
    if (this.columnOf.length < rows) {
      this.columnOf = new Int32Array(2 * rows);
      this.rowPrice = new Float64Array(2 * rows);
    }
    if (this.rowOf.length >= columns) return;
    this.rowOf = new Int32Array(2 * columns);
    this.columnPrice = new Float64Array(2 * columns);
    this.distance = new Float64Array(2 * columns);
    this.reachedFrom = new Int32Array(2 * columns);
  }

  /** Fills `rowOf`. */
  solve(): void {
    this.rowOf.fill(-1, 0, this.columns);
    this.columnPrice.fill(0, 0, this.columns);
    this.columnOf.fill(-1, 0, this.rows);
    for (let row = 0; row < this.rows; row++) {
      if (!this.takeCheapest(row)) this.augment(row);
    }
  }

  /** True when the row's cheapest column is free, or none is worth anything. */
  private takeCheapest(row: number): boolean {
    const { costs, columns, columnPrice, rowOf } = this;
    const base = row * columns;
    let least = 0;
    let cheapest = -1;
    for (let column = 0; column < columns; column++) {
      const cost = (costs[base + column] as number) - (columnPrice[column] as number);
      if (cost >= least) continue;
      least = cost;
      cheapest = column;
    }
    this.rowPrice[row] = least;
    if (cheapest < 0) return true;
    if (rowOf[cheapest] !== -1) return false;
    rowOf[cheapest] = row;
    this.columnOf[row] = cheapest;
    return true;
  }

  /** Finds the shortest path from a row to a free column, or to a row that does best without one, and follows it. */
  private augment(first: number): void {
    const { columns, rowOf, columnOf, rowPrice, distance, open, reached } = this;
    open.length = columns;
    reached.length = 0;
    for (let column = 0; column < columns; column++) open[column] = column;
    distance.fill(Infinity, 0, columns);
    let row = first;
    let length = 0;
    let lengthWithout = Infinity;
    let rowWithout = first;
    for (;;) {
      const offset = length - (rowPrice[row] as number);
      if (offset < lengthWithout) {
        lengthWithout = offset;
        rowWithout = row;
      }
      const place = this.scan(row, offset);
      const column = place < 0 ? -1 : (open[place] as number);
      if (column < 0 || lengthWithout <= (distance[column] as number)) {
        this.adjustPrices(first, lengthWithout);
        const left = columnOf[rowWithout] as number;
        columnOf[rowWithout] = -1;
        if (rowWithout !== first) this.turnOver(first, left);
        return;
      }
      length = distance[column] as number;
      if (rowOf[column] === -1) {
        this.adjustPrices(first, length);
        this.turnOver(first, column);
        return;
      }
      open[place] = open[open.length - 1] as number;
      open.length -= 1;
      reached.push(column);
      row = rowOf[column] as number;
    }
  }

  /** Looks from a row at all open columns; where the nearest of them stands in `open`, or -1. */
  private scan(row: number, offset: number): number {
    const { costs, columnPrice, distance, reachedFrom, open } = this;
    const base = row * this.columns;
    let least = Infinity;
    let nearest = -1;
    for (let place = 0; place < open.length; place++) {
      const column = open[place] as number;
      const through = offset + (costs[base + column] as number) - (columnPrice[column] as number);
      if (through < (distance[column] as number)) {
        distance[column] = through;
        reachedFrom[column] = row;
      }
      if ((distance[column] as number) >= least) continue;
      least = distance[column] as number;
      nearest = place;
    }
    return nearest;
  }

  private adjustPrices(first: number, length: number): void {
    const { rowOf, rowPrice, columnPrice, distance } = this;
    rowPrice[first] = (rowPrice[first] as number) + length;
    for (const column of this.reached) {
      const shorter = length - (distance[column] as number);
      const row = rowOf[column] as number;
      columnPrice[column] = (columnPrice[column] as number) - shorter;
      rowPrice[row] = (rowPrice[row] as number) + shorter;
    }
  }

  /** Every row on the path to `last` takes the column after it. */
  private turnOver(first: number, last: number): void {
    const { rowOf, columnOf, reachedFrom } = this;
    let column = last;
    for (;;) {
      const row = reachedFrom[column] as number;
      const before = columnOf[row] as number;
      rowOf[column] = row;
      columnOf[row] = column;
      if (row === first) return;
      column = before;
    }
  }
}
