import { listDevices, NO_DEVICES, onDeviceChange } from '@sylk/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { savePrefs } from '../prefs';
import type { MenuGroup } from '../ui/Menu';
import { useRoom, useSession } from './session';

export function useDeviceGroups(source: 'microphone' | 'camera'): MenuGroup[] {
  const { t } = useTranslation();
  const session = useSession();
  const ids = useRoom((s) => s.local.deviceIds);
  const [devices, setDevices] = useState(NO_DEVICES);
  useEffect(() => {
    void listDevices().then(setDevices);
    return onDeviceChange(setDevices);
  }, []);
  const group = (kind: 'microphone' | 'camera' | 'speaker', list: MediaDeviceInfo[], use: (id: string) => Promise<void>): MenuGroup => {
    const current = list.some((d) => d.deviceId === ids[kind]) ? ids[kind] : list[0]?.deviceId;
    return {
      title: t(`device.${kind}`),
      entries: list.map((d, i) => ({
        id: d.deviceId, label: d.label || t('device.unnamed', { number: i + 1 }), selected: d.deviceId === current,
        onAction: () => {
          savePrefs({ [kind]: d.deviceId });
          void use(d.deviceId).catch(() => undefined);
        },
      })),
    };
  };
  if (source === 'camera') return [group('camera', devices.cameras, (id) => session.media.setDevice('camera', id))];
  return [
    group('microphone', devices.microphones, (id) => session.media.setDevice('microphone', id)),
    group('speaker', devices.speakers, (id) => session.setSpeaker(id)),
  ];
}
