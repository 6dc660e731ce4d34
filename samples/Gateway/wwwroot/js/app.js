import { Lane } from './lane.js';
import { LongPollReader } from './longpoll.js';
import { SseReader } from './sse.js';
import { WebSocketReader } from './websocket.js';

const lanes = [
  new Lane({ id: 'lane-sse', title: 'Server-sent events', method: 'GET', path: '/orders/sse', Reader: SseReader }),
  new Lane({ id: 'lane-ws', title: 'WebSocket', method: 'WS', path: '/orders/ws', Reader: WebSocketReader }),
  new Lane({ id: 'lane-fetch', title: 'Long poll', method: 'GET', path: '/orders', Reader: LongPollReader }),
];

const board = document.querySelector('.lanes');
board.append(...lanes.map(lane => lane.element));

board.addEventListener('drawn', event => {
  document.getElementById(event.target.id.replace('lane', 'tab')).dataset.state = event.detail.state;
  for (const name of ['received', 'missing', 'repeated']) {
    const total = document.querySelector(`[data-testid="total-${name}"]`);
    const sum = lanes.reduce((count, lane) => count + lane[name], 0);
    total.textContent = sum.toLocaleString('en');
    if (name !== 'received') {
      total.dataset.count = sum;
    }
  }
});

function select(tab) {
  for (const other of document.querySelectorAll('[role="tab"]')) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', chosen);
    document.getElementById(other.getAttribute('aria-controls')).classList.toggle('chosen', chosen);
  }
}

for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.onclick = () => select(tab);
}
select(document.getElementById('tab-sse'));

const commands = [
  ['The next orders, as they come', `curl -N ${location.origin}/orders/sse`],
  ['The last two of each partition', `curl '${location.origin}/orders?from=-2'`],
  ['One order a line', `curl -H 'Accept: application/x-ndjson' '${location.origin}/orders?from=earliest&max=5'`],
  ['A share of the work: each order to one caller', `curl '${location.origin}/orders/batch?max=10'`],
];

document.querySelector('.commands').append(...commands.map(([what, command]) => {
  const item = document.createElement('li');
  const label = document.createElement('span');
  const code = document.createElement('code');
  const copy = document.createElement('button');
  label.textContent = what;
  code.textContent = command;
  copy.type = 'button';
  copy.textContent = 'Copy';
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(command);
      copy.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
    }
  };
  item.append(label, code, copy);
  return item;
}));

document.querySelector('[data-testid="hello-send"]').onclick = async () => {
  const answer = document.querySelector('[data-testid="hello-answer"]');
  try {
    const response = await fetch('/hello');
    answer.textContent = `${response.status}\n${await response.text()}`;
  } catch (error) {
    answer.textContent = error.message;
  }
};

setInterval(() => lanes.forEach(lane => lane.tick()), 500);
lanes.forEach(lane => lane.start());
