// How long something has been so, ticking. The clock is the server's: a wall screen's own may be
// minutes off.

let offset = 0;

/** What the server's Date field said when an answer came. */
export function setClock(date) {
  const told = Date.parse(date ?? '');
  if (!Number.isNaN(told)) offset = told - Date.now();
}

export const now = () => Date.now() + offset;

const two = (number) => String(number).padStart(2, '0');

/** 75 as "1:15", an hour and more as "1:01:15", two days and more as "2 d". */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)}`;
  return `${minutes}:${two(whole % 60)}`;
}

const ticking = new Set();

function tick(shown) {
  const text = clockText((now() - shown.since) / 1000);
  if (shown.element.textContent !== text) shown.element.textContent = text;
}

/** A <time> that counts from when it is told on. */
export class Ticking {
  constructor() {
    this.element = document.createElement('time');
    this.since = NaN;
  }

  /** An RFC 3339 time, or nothing: then it shows nothing. */
  from(time) {
    const since = Date.parse(time ?? '');
    if (since === this.since) return;
    this.since = since;
    if (Number.isNaN(since)) {
      ticking.delete(this);
      this.element.textContent = '';
      this.element.removeAttribute('datetime');
      return;
    }
    this.element.dateTime = time;
    ticking.add(this);
    tick(this);
  }

  forget() {
    ticking.delete(this);
  }
}

setInterval(() => ticking.forEach(tick), 1000);
