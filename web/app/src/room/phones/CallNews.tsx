import type { Call } from '@sylk/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePanels } from '../panels';
import { useSession } from '../session';
import { Toast } from '../Toast';
import { calleeName, failedSince, standing } from './calls';

const NEWS_MS = 12_000;

/** A call of mine that came to nothing while its dialog was closed. */
export function CallNews(): React.JSX.Element | null {
  const { t } = useTranslation();
  const { store } = useSession();
  const { dialog, show } = usePanels();
  const [failed, setFailed] = useState<Call | null>(null);
  const open = useRef(false);
  open.current = dialog === 'dial';
  useEffect(() => store.subscribe((s) => s.room.calls, (after, before) => {
    const fresh = failedSince(before, after, store.snapshot.room.selfId).at(-1);
    if (fresh && !open.current) setFailed(fresh);
  }), [store]);
  if (!failed || dialog === 'dial') return null;
  return (
    <Toast key={failed.id} icon="phone" text={t('phones.failed', { name: calleeName(failed), state: t(`phones.state.${standing(failed, {}).word}`) })} forMs={NEWS_MS}
      action={{ label: t('phones.show'), onPress: () => { setFailed(null); show('dial'); } }} onClose={() => setFailed(null)} />
  );
}
