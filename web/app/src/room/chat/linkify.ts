/** A run of text; with `href` it is a link to exactly what it reads. */
export interface Segment {
  text: string;
  href?: string;
}
const START = /(?:https?:\/\/|mailto:)/gi;
/** Where an address ends whatever it is: white space, quotes, angle brackets, controls and marks that turn writing around. */
const END = /[\s<>"'`\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const TRAILING = '.,;:!?…';
const CLOSERS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const MAX_LINK = 2048;

/** Pure: finds http, https and mailto addresses. Everything else stays text, and no text is lost or changed. */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  START.lastIndex = 0;
  for (let found = START.exec(text); found; found = START.exec(text)) {
    const start = found.index;
    if (start < at || /[\p{L}\p{N}_]/u.test(text[start - 1] ?? '')) continue;
    const candidate = trimmed(text.slice(start, endOf(text, start)));
    const href = safeHref(candidate);
    if (!href) continue;
    if (start > at) segments.push({ text: text.slice(at, start) });
    segments.push({ text: candidate, href });
    at = START.lastIndex = start + candidate.length;
  }
  if (at < text.length || segments.length === 0) segments.push({ text: text.slice(at) });
  return segments;
}

function endOf(text: string, start: number): number {
  const length = text.slice(start, start + MAX_LINK + 1).search(END);
  return length < 0 ? Math.min(text.length, start + MAX_LINK + 1) : start + length;
}

function trimmed(candidate: string): string {
  let end = candidate.length;
  for (; end > 0; end--) {
    const last = candidate[end - 1] ?? '';
    const opener = CLOSERS[last];
    const unbalanced = opener !== undefined && count(candidate, last, end) > count(candidate, opener, end);
    if (!TRAILING.includes(last) && !unbalanced) break;
  }
  return candidate.slice(0, end);
}

function count(text: string, letter: string, end: number): number {
  let n = 0;
  for (let i = 0; i < end; i++) if (text[i] === letter) n++;
  return n;
}

/** Only what a person can judge by reading it: no user names before the host, no subjects and bodies in a mail. */
export function safeHref(candidate: string): string | null {
  if (candidate.length > MAX_LINK || !URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  if (url.protocol === 'mailto:') return /^[^@\s?]+@[^@\s?]+$/.test(url.pathname) && !url.search && !url.hash ? url.href : null;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // Browsers forgive `https:///x`; a reader would not know where it leads.
  return /^https?:\/\/[^/\\?#]/i.test(candidate) && !url.username && !url.password ? url.href : null;
}
