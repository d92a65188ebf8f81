import type { DeviceList } from '@sylk/client';

export interface NewDevice {
  /** One headset is a microphone and a speaker: they come as one piece of news. */
  key: string;
  label: string;
  microphone?: string;
  speaker?: string;
  camera?: string;
}
const KINDS = [['microphones', 'microphone'], ['speakers', 'speaker'], ['cameras', 'camera']] as const;
/** Chromium lists these beside the real device they stand for. */
const ALIASES = new Set(['default', 'communications']);

/** Pure: what was plugged in between two looks. Devices without a name were only just allowed to be seen. */
export function pluggedIn(before: DeviceList, after: DeviceList): NewDevice[] {
  const found = new Map<string, NewDevice>();
  for (const [list, kind] of KINDS) {
    const known = new Set(before[list].map((d) => d.deviceId));
    if (before[list].some((d) => !d.label)) continue;
    for (const device of after[list]) {
      if (known.has(device.deviceId) || ALIASES.has(device.deviceId) || !device.label) continue;
      const key = device.groupId || device.deviceId;
      const news = found.get(key) ?? { key, label: device.label };
      found.set(key, { ...news, [kind]: device.deviceId });
    }
  }
  return [...found.values()];
}

/** Pure: whether the chosen output has gone; the empty choice is the default one and stays. */
export const speakerGone = (chosen: string, before: DeviceList, after: DeviceList): boolean =>
  chosen !== '' && before.speakers.some((d) => d.deviceId === chosen) && !after.speakers.some((d) => d.deviceId === chosen);
