import { listDevices, NO_DEVICES, onDeviceChange, type DeviceList } from '@sylk/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { savePrefs } from '../prefs';
import { pluggedIn, speakerGone, type NewDevice } from './deviceNews';
import { useSession } from './session';
import { Toast } from './Toast';

/** Offers what was just plugged in, and moves the sound when its output went away (B9). None of this makes an offer. */
export function DeviceToasts(): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const [news, setNews] = useState<readonly NewDevice[]>([]);
  const known = useRef<DeviceList>(NO_DEVICES);
  useEffect(() => {
    void listDevices().then((now) => (known.current = now));
    return onDeviceChange((now) => {
      const before = known.current;
      known.current = now;
      const added = pluggedIn(before, now);
      setNews((shown) => [...shown.filter((d) => !added.some((a) => a.key === d.key)), ...added].slice(-3));
      if (!speakerGone(session.store.snapshot.local.deviceIds.speaker, before, now)) return;
      void session.setSpeaker('');
      session.notify('warning', '', 'speakerLost');
    });
  }, [session]);

  const drop = (key: string): void => setNews((shown) => shown.filter((d) => d.key !== key));
  const use = (device: NewDevice): void => {
    const { microphone, speaker, camera } = device;
    savePrefs({ ...(microphone ? { microphone } : {}), ...(speaker ? { speaker } : {}), ...(camera ? { camera } : {}) });
    if (microphone) void session.media.setDevice('microphone', microphone);
    if (camera) void session.media.setDevice('camera', camera);
    if (speaker) void session.setSpeaker(speaker);
    drop(device.key);
  };
  return (
    <>
      {news.map((device) => (
        <Toast key={device.key} icon={device.camera ? 'camera' : device.microphone ? 'mic' : 'volume'} text={t('device.new', { name: device.label })} forMs={20_000}
          action={{ label: t('device.use'), onPress: () => use(device) }} onClose={() => drop(device.key)} />
      ))}
    </>
  );
}
