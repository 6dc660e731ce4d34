import { Positions } from './positions.js';

const KEPT_ROWS = 60;
const RATE_WINDOW = 5000;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const integer = new Intl.NumberFormat('en');
const amount = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const calm = matchMedia('(prefers-reduced-motion: reduce)');

const STATES = {
  connecting: 'Connecting',
  open: 'Live',
  waiting: 'Reconnecting',
  paused: 'Disconnected',
};

/** One way of reading, on the page: what its reader reports is counted at once and drawn once a frame, however fast it comes. */
export class Lane {
  element;
  #part = {};
  #reader;
  #state = 'paused';
  #positions = new Positions();
  #arrivals = [];
  #delays = [];
  #rows = [];
  #cursor = '–';
  #connects = 0;
  #scheduled = false;

  constructor({ id, title, path, method, Reader }) {
    this.element = document.getElementById('lane').content.firstElementChild.cloneNode(true);
    this.element.id = id;
    this.element.dataset.testid = id;
    this.element.setAttribute('aria-labelledby', id.replace('lane', 'tab'));
    this.element.querySelector('h2').textContent = title;
    this.element.querySelector('.path').textContent = `${method} ${path}`;
    for (const part of this.element.querySelectorAll('[data-testid]')) {
      this.#part[part.dataset.testid] = part;
    }

    this.#reader = new Reader(path, this);
    this.#part.toggle.onclick = () => this.#state === 'paused' ? this.#reader.start() : this.#reader.stop();
    this.#part.earliest.onclick = () => this.#restart('earliest');
    this.#part.latest.onclick = () => this.#restart('latest');
  }

  start() {
    this.#reader.start();
  }

  get received() {
    return this.#positions.sum('received');
  }

  get missing() {
    return this.#positions.sum('missing');
  }

  get repeated() {
    return this.#positions.sum('repeated');
  }

  state(state) {
    if (state === this.#state) {
      return;
    }

    if (state === 'open' && this.#state !== 'open') {
      this.#connects++;
      this.#note(this.#connects === 1 ? 'Connected' : 'Connected again');
    } else if (this.#state === 'open') {
      this.#note(state === 'paused' ? 'Disconnected' : 'Connection lost');
    }

    this.#state = state;
    this.#draw();
  }

  record(record, cursor) {
    const now = Date.now();
    this.#positions.accept(record);
    this.#cursor = cursor;
    this.#arrivals.push(now);
    this.#delays.push(now - Date.parse(record.timestamp));
    if (this.#delays.length > 21) {
      this.#delays.shift();
    }
    this.#row(() => recordRow(record));
  }

  gap(gaps) {
    this.#positions.skip(gaps);
    for (const { partition, requested, available } of gaps) {
      this.#note(`Kafka no longer keeps ${requested}–${available - 1} of partition ${partition}`);
    }
  }

  problem({ title, status, detail }) {
    this.#note([status, title, detail].filter(Boolean).join(' · '), 'bad');
  }

  /** Figures that change with time alone. */
  tick() {
    const since = Date.now() - RATE_WINDOW;
    while (this.#arrivals.length > 0 && this.#arrivals[0] < since) {
      this.#arrivals.shift();
    }
    this.#part.rate.textContent = amount.format(this.#arrivals.length * 1000 / RATE_WINDOW).slice(0, -1);
  }

  #restart(from) {
    this.#reader.stop();
    this.#positions = new Positions();
    this.#delays = [];
    this.#rows = [];
    this.#cursor = '–';
    this.#part.records.replaceChildren();
    this.#render();
    this.#reader.restart(from);
  }

  #note(text, kind = '') {
    const time = clock.format();
    this.#row(() => noteRow(time, text, kind));
  }

  #row(create) {
    this.#rows.push(create);
    if (this.#rows.length > KEPT_ROWS) {
      this.#rows.shift();
    }
    this.#draw();
  }

  #draw() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.#render();
      });
    }
  }

  #render() {
    const part = this.#part;
    part.state.dataset.state = this.#state;
    part.state.lastElementChild.textContent = STATES[this.#state];
    part.toggle.textContent = this.#state === 'paused' ? 'Reconnect' : 'Disconnect';
    part.toggle.classList.toggle('primary', this.#state === 'paused');
    part.received.textContent = integer.format(this.received);
    part.connects.textContent = this.#connects;
    part.cursor.textContent = this.#cursor;
    part.delay.textContent = this.#delays.length === 0 ? '–' : duration(median(this.#delays));

    const rows = this.#positions.rows();
    part.positions.replaceChildren(...rows.length > 0 ? rows.map(positionRow) : [emptyRow()]);

    const arrived = this.#rows.map(create => create()).reverse();
    this.#rows = [];
    part.records.prepend(...arrived);
    if (!calm.matches) {
      arrived.forEach(row => row.animate({ backgroundColor: ['color-mix(in srgb, var(--accent) 22%, transparent)', 'transparent'] }, 1400));
    }
    while (part.records.rows.length > KEPT_ROWS) {
      part.records.lastElementChild.remove();
    }

    this.element.dispatchEvent(new CustomEvent('drawn', { bubbles: true, detail: { state: this.#state } }));
  }
}

function emptyRow() {
  const row = document.createElement('tr');
  row.className = 'empty';
  const text = cell('No record yet');
  text.colSpan = 5;
  row.append(text);
  return row;
}

function positionRow({ partition, last, received, missing, repeated }) {
  const row = document.createElement('tr');
  row.dataset.partition = partition;
  row.dataset.offset = last;
  row.append(
    cell(partitionTag(partition)),
    cell(last),
    cell(integer.format(received)),
    counter(missing),
    counter(repeated));
  return row;
}

function recordRow({ timestamp, key, value, partition, offset }) {
  const row = document.createElement('tr');
  row.dataset.partition = partition;
  row.dataset.offset = offset;
  const status = document.createElement('span');
  status.className = 'status';
  status.dataset.status = status.textContent = value?.status ?? '–';
  row.append(
    cell(clock.format(new Date(timestamp))),
    cell(value?.orderId ?? '–'),
    cell(key ?? '–'),
    cell(status),
    cell(value?.total === undefined ? '–' : amount.format(value.total), 'number'),
    cell([partitionTag(partition), String(offset)], 'number'));
  return row;
}

function noteRow(time, text, kind) {
  const row = document.createElement('tr');
  row.className = `note ${kind}`;
  const note = cell(text);
  note.colSpan = 5;
  row.append(cell(time), note);
  return row;
}

function cell(content, className = '') {
  const td = document.createElement('td');
  td.className = className;
  td.append(...[content].flat());
  return td;
}

function counter(count) {
  const td = cell(integer.format(count));
  td.dataset.count = count;
  return td;
}

function partitionTag(partition) {
  const tag = document.createElement('span');
  tag.className = 'partition';
  tag.dataset.hue = partition % 4;
  tag.textContent = `p${partition}`;
  return tag;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function duration(milliseconds) {
  const value = Math.max(0, milliseconds);
  if (value < 1000) {
    return `${value} ms`;
  }
  return value < 60_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value / 60_000)} min`;
}
