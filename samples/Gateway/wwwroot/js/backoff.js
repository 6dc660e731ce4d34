/** Milliseconds until the next attempt: doubling from a quarter of a second to eight seconds, with jitter so that clients spread out. */
export function backoff(attempt) {
  const ceiling = Math.min(8000, 250 * 2 ** attempt);
  return ceiling / 2 + Math.random() * ceiling / 2;
}
