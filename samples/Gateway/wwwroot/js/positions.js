/**
 * Checks what a reader was promised: in each partition every offset follows the one before it. A hole counts as missing, an offset
 * that came already as repeated. (A compacted or transactional topic has holes by nature; the sample's has none.)
 */
export class Positions {
  #partitions = new Map();

  accept({ partition, offset }) {
    let row = this.#partitions.get(partition);
    if (!row) {
      row = { partition, next: offset, received: 0, missing: 0, repeated: 0 };
      this.#partitions.set(partition, row);
    }

    row.received++;
    if (row.next !== null && offset < row.next) {
      row.repeated++;
      return;
    }

    row.missing += row.next === null ? 0 : offset - row.next;
    row.next = offset + 1;
  }

  /** Records that the gateway itself reported as gone are not missing: reading starts anew behind them. */
  skip(gaps) {
    for (const { partition } of gaps) {
      const row = this.#partitions.get(partition);
      if (row) {
        row.next = null;
      }
    }
  }

  rows() {
    return [...this.#partitions.values()]
      .sort((a, b) => a.partition - b.partition)
      .map(row => ({ ...row, last: row.next === null ? '–' : row.next - 1 }));
  }

  sum(name) {
    let sum = 0;
    for (const row of this.#partitions.values()) {
      sum += row[name];
    }
    return sum;
  }
}
