/** An immutable snapshot and those who want to know when a part of it changed. */
export class Store<S> {
  #snapshot: S;
  readonly #listeners = new Set<() => void>();

  constructor(initial: S) {
    this.#snapshot = initial;
  }

  get snapshot(): S {
    return this.#snapshot;
  }

  set(next: S): void {
    if (Object.is(next, this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of [...this.#listeners]) listener();
  }

  update(change: (current: S) => S): void {
    this.set(change(this.#snapshot));
  }

  /** Calls `fn` when the selected value is a different one. Returns the way to stop. */
  subscribe<T>(selector: (snapshot: S) => T, fn: (value: T, before: T) => void): () => void {
    let last = selector(this.#snapshot);
    const listener = (): void => {
      const value = selector(this.#snapshot);
      if (Object.is(value, last)) return;
      const before = last;
      last = value;
      fn(value, before);
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
