import { backoff } from './backoff.js';
import { target } from './target.js';

/** Silence after which a connection counts as dead: the gateway beats every 15 seconds. */
const SILENCE = 40_000;

/** Reads by WebSocket. Every frame carries the cursor behind it, so that after a cut the reader goes on exactly there. */
export class WebSocketReader {
  #path;
  #lane;
  #socket = null;
  #timer = 0;
  #watchdog = 0;
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
    const url = target(this.#path, this.#cursor, this.#from);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = this.#socket = new WebSocket(url);

    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      this.#watch(socket);
      this.#cursor = frame.cursor ?? this.#cursor;
      switch (frame.type) {
        case 'hello':
          this.#attempt = 0;
          this.#lane.state('open');
          break;
        case 'record':
          this.#lane.record(frame, this.#cursor);
          break;
        case 'gap':
          this.#lane.gap(frame.gaps);
          break;
        case 'error':
          this.#lane.problem(frame);
          break;
      }
    };

    socket.onclose = () => this.#reopen(socket);
    this.#watch(socket);
  }

  stop() {
    const socket = this.#socket;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#socket = null;
    socket?.close(1000);
    this.#lane.state('paused');
  }

  #watch(socket) {
    clearTimeout(this.#watchdog);
    if (socket === this.#socket) {
      this.#watchdog = setTimeout(() => {
        socket.close();
        this.#reopen(socket);
      }, SILENCE);
    }
  }

  #reopen(socket) {
    if (socket === this.#socket) {
      this.#socket = null;
      clearTimeout(this.#watchdog);
      this.#lane.state('waiting');
      this.#timer = setTimeout(() => this.start(), backoff(this.#attempt++));
    }
  }
}
