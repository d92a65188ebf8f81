/** Script budgets in bytes of gzip: what the lobby needs before *Join*, and everything a room needs. */
export const LOBBY_MAX = 220 * 1024;
export const ROOM_MAX = 320 * 1024;

/** What only `/admin` loads: no room waits for it. */
const isAdmin = (path) => /(^|\/)AdminPage-/.test(path);

/** Scripts the page names itself are loaded before *Join*; the rest is loaded by the time the room shows. */
export function judge(html, scripts) {
  const first = new Set([...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map((m) => m[1]));
  const sum = (list) => list.reduce((total, s) => total + s.gz, 0);
  const lobby = sum(scripts.filter((s) => first.has(s.path)));
  const room = sum(scripts.filter((s) => !isAdmin(s.path)));
  return { lobby, room, ok: lobby > 0 && lobby <= LOBBY_MAX && room <= ROOM_MAX };
}

/** What the page's policy `default-src 'self'` would refuse. */
export function inlineThings(html) {
  return [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>|<style[\s>]|\sstyle="|\son[a-z]+="|(?:src|href)="https?:/gi)].map((m) => m[0]);
}
