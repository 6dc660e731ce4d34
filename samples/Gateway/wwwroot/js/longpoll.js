import { backoff } from './backoff.js';
import { target } from './target.js';

/** Seconds that the gateway may hold a request that has nothing to answer yet. */
const WAIT = 20;

/** Reads by plain GET: each answer is an array of records and names the next request, in a header and as a link. */
export class LongPollReader {
  #path;
  #lane;
  #from;
  #cursor = null;
  #abort = null;

  constructor(path, lane) {
    this.#path = path;
    this.#lane = lane;
  }

  restart(from) {
    this.stop();
    this.#cursor = null;
    this.#from = from;
    this.start();
  }

  start() {
    this.#lane.state('connecting');
    this.#abort = new AbortController();
    this.#poll(this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.#lane.state('paused');
  }

  async #poll(signal) {
    let url = target(this.#path, this.#cursor, this.#from);
    for (let attempt = 0; !signal.aborted;) {
      try {
        url.searchParams.set('wait', WAIT);
        const response = await fetch(url, { signal, cache: 'no-store', headers: { accept: 'application/json' } });
        const body = await response.json();
        if (signal.aborted) {
          return;
        }

        if (response.ok) {
          attempt = 0;
          this.#cursor = response.headers.get('KafkaConsume-Cursor');
          this.#lane.state('open');
          for (const record of body) {
            this.#lane.record(record, this.#cursor);
          }
          url = next(response) ?? target(this.#path, this.#cursor);
          continue;
        }

        this.#lane.problem(body);
        if (response.status === 410) {
          // What the cursor names is no longer kept: all that is left to do is to start at what is.
          this.#lane.gap(body.gaps ?? []);
          this.#cursor = null;
          url = target(this.#path, null, 'earliest');
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
      }

      this.#lane.state('waiting');
      await pause(backoff(attempt++), signal);
      if (!signal.aborted) {
        this.#lane.state('connecting');
      }
    }
  }
}

function next(response) {
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('Link') ?? '');
  return link && new URL(link[1], response.url);
}

function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
