/** The address to read from: at the cursor where there is one, else from where the reader asked to start. */
export function target(path, cursor, from) {
  const url = new URL(path, location.href);
  if (cursor) {
    url.searchParams.set('cursor', cursor);
  } else if (from) {
    url.searchParams.set('from', from);
  }
  return url;
}
