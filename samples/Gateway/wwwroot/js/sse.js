import { backoff } from './backoff.js';
import { target } from './target.js';

/**
 * Reads by server-sent events. After a cut the browser comes back by itself and sends the last id it saw. Two cases are ours: an answer
 * other than 200 ends an EventSource for ever, and a new EventSource cannot send an id; both go on at `?cursor=`.
 */
export class SseReader {
  #path;
  #lane;
  #source = null;
  #timer = 0;
  #attempt = 0;
  #from;
  #cursor = null;

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
    const source = this.#source = new EventSource(target(this.#path, this.#cursor, this.#from));

    source.onopen = () => {
      this.#attempt = 0;
      this.#lane.state('open');
    };

    source.onmessage = event => {
      this.#cursor = event.lastEventId;
      this.#lane.record(JSON.parse(event.data), this.#cursor);
    };

    source.addEventListener('gap', event => {
      this.#cursor = event.lastEventId || this.#cursor;
      this.#lane.gap(JSON.parse(event.data).gaps);
    });

    // The gateway's own `event: error` and the browser's connection error share a name; only the first carries data.
    source.addEventListener('error', event => {
      if (event.data !== undefined) {
        const problem = JSON.parse(event.data);
        this.#lane.problem(problem);
        this.#reopen(source);
      } else if (source.readyState === EventSource.CLOSED) {
        this.#reopen(source);
      } else {
        this.#lane.state('waiting');
      }
    });
  }

  stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#lane.state('paused');
  }

  #reopen(source) {
    source.close();
    if (source === this.#source) {
      this.#lane.state('waiting');
      this.#timer = setTimeout(() => this.start(), backoff(this.#attempt++));
    }
  }
}
