import { useEffect, useState } from 'react';
import { demoPeople } from './hub';

/** What this server offers to phones (`GET /api/v1/public/config`). */
export interface PhoneConfig {
  /** What a phone dials, with `{room}` where the room's name goes; null: no phone can call. */
  address: string | null;
  /** Rooms may call people. */
  dialOut: boolean;
}
const NO_PHONES: PhoneConfig = { address: null, dialOut: false };
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;
let asked: Promise<PhoneConfig> | null = null;

/** Asked once a visit; a question that was not answered is asked again. */
export async function readPhoneConfig(get: typeof fetch = fetch): Promise<PhoneConfig> {
  try {
    const reply = await get('/api/v1/public/config');
    const { sip } = (await reply.json()) as { sip?: Partial<PhoneConfig> };
    return { address: sip?.address ?? null, dialOut: sip?.dialOut ?? false };
  } catch {
    // Offline, or a page without this server.
    asked = null;
    return NO_PHONES;
  }
}

/** Pure: the room's address for phones. A server that knows itself by loopback only is called where the page came from. */
export function phoneAddress(template: string | null, room: string, pageHost: string): string | null {
  if (!template) return null;
  const address = template.replace('{room}', room);
  const at = address.lastIndexOf('@') + 1;
  const host = /^(\[[^\]]*\]|[^:;]*)/.exec(address.slice(at))?.[0] ?? '';
  return LOOPBACK.test(host) && !LOOPBACK.test(pageHost) ? address.slice(0, at) + pageHost + address.slice(at + host.length) : address;
}

/** How the room is reached from any telephone. */
export interface DialIn {
  number: string;
  /** To be entered there, then #. */
  id: string;
}

/** Null where there is no such number (`GET /api/v1/public/rooms/{room}`). */
export async function readDialIn(room: string, get: typeof fetch = fetch): Promise<DialIn | null> {
  try {
    const reply = await get(`/api/v1/public/rooms/${encodeURIComponent(room)}`);
    const { dialIn } = (await reply.json()) as { dialIn?: DialIn | null };
    return dialIn?.number && dialIn.id ? { number: dialIn.number, id: dialIn.id } : null;
  } catch {
    return null; // Offline, or a page without this server.
  }
}

/** Null while nothing is known, and where there is none. */
export function useDialIn(room: string): DialIn | null {
  const [found, setFound] = useState<DialIn | null>(null);
  useEffect(() => {
    if (demoPeople()) return setFound({ number: '+31208005161', id: '48213902' });
    let here = true;
    void readDialIn(room).then((dialIn) => here && setFound(dialIn));
    return () => { here = false; };
  }, [room]);
  return found;
}

/** Null until the server has answered. */
export function usePhoneConfig(): PhoneConfig | null {
  const [config, setConfig] = useState<PhoneConfig | null>(null);
  useEffect(() => {
    if (demoPeople()) return setConfig({ address: 'sip:{room}@meet.example.net', dialOut: true });
    let here = true;
    void (asked ??= readPhoneConfig()).then((found) => here && setConfig(found));
    return () => { here = false; };
  }, []);
  return config;
}
