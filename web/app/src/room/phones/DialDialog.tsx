import { SylkError, type Call } from '@sylk/client';
import { useRef, useState } from 'react';
import { FieldError, Form, Input, Label, Text, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import fields from '../../ui/Field.module.css';
import { Icon } from '../../ui/Icon';
import { Sheet } from '../../ui/Sheet';
import { refusalWords } from '../chat/words';
import { clock } from '../duration';
import { useRoom, useSession } from '../session';
import { canModerate } from '../tiles';
import { useNow } from '../useNow';
import { useTell } from '../useTell';
import { calleeName, outgoing, shortAddress, sipWords, standing } from './calls';
import styles from './Phones.module.css';

/** Calls people into the room and shows what becomes of it (B7). Several at a time; closing it ends none. */
export default function DialDialog({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const session = useSession();
  const calls = useRoom((s) => s.room.calls);
  const shown = outgoing(calls);
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const change = (text: string): void => {
    setAddress(text);
    setError('');
  };
  const dial = async (): Promise<void> => {
    if (busy) return;
    if (!address.trim()) {
      setError(t('phones.addressRequired'));
      return input.current?.focus();
    }
    setBusy(true);
    setError('');
    try {
      await session.calls.dial(address.trim(), {
        ...(name.trim() ? { displayName: name.trim() } : {}),
        // Behind a number is an operator, and operators carry sound.
        ...(address.includes('@') ? { media: ['audio', 'video'] } : {}),
      });
      setAddress('');
      setName('');
    } catch (reason) {
      const { code, detail } = SylkError.from(reason);
      setError(detail && code !== 'connection_failed' ? `${refusalWords(t, code)}. ${detail}` : refusalWords(t, code));
    } finally {
      setBusy(false);
      input.current?.focus();
    }
  };
  const again = (call: Call): void => {
    session.calls.dismiss(call.id);
    setAddress(session.calls.addressOf(call).replace(/^(sips?|tel):/i, ''));
    setName(call.displayName ?? '');
    setError('');
    input.current?.focus();
  };
  return (
    <Sheet title={t('phones.call')} onClose={onClose}>
      <p className={styles.hint}>{t('phones.callHint')}</p>
      <Form className={styles.form ?? ''} onSubmit={(e) => { e.preventDefault(); void dial(); }}>
        <TextField value={address} onChange={change} isInvalid={!!error} validationBehavior="aria" maxLength={256} autoComplete="off" autoFocus className={fields.field ?? ''}>
          <Label className={fields.label}>{t('phones.whom')}</Label>
          <Input ref={input} className={fields.input} inputMode="email" autoCapitalize="off" spellCheck="false" dir="ltr" />
          {!error && <Text slot="description" className={styles.example}>{t('phones.whomExample')}</Text>}
          <FieldError className={fields.error}>{error}</FieldError>
        </TextField>
        <div data-row>
          <Field label={t('phones.name')} value={name} onChange={setName} maxLength={64} autoComplete="off" />
          <Button type="submit" variant="primary" icon="phone">{t('phones.dial')}</Button>
        </div>
      </Form>
      {shown.length > 0 && <ul className={styles.calls} aria-label={t('phones.calls')}>{shown.map((call) => <CallLine key={call.id} call={call} onAgain={() => again(call)} onGone={() => input.current?.focus()} />)}</ul>}
    </Sheet>
  );
}

function CallLine({ call, onAgain, onGone }: { call: Call; onAgain: () => void; onGone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { calls } = useSession();
  const tell = useTell();
  const people = useRoom((s) => s.room.participants);
  const mine = useRoom((s) => call.by === s.room.selfId || canModerate(s.room.participants[s.room.selfId]));
  const { word, tone } = standing(call, people);
  const name = calleeName(call);
  const small = [call.displayName ? shortAddress(call.to) : '', sipWords(call)].filter(Boolean).join(' · ');
  const up = call.state === 'answered';
  return (
    <li className={styles.call} data-call={call.id} data-tone={tone}>
      <span className={styles.sign} aria-hidden="true"><Icon name={tone === 'bad' || tone === 'over' ? 'leave' : 'phone'} size={20} /></span>
      <span className={styles.who}>
        <b><bdi>{name}</bdi></b>
        <span className={styles.state} role="status">{t(`phones.state.${word}`)}{up && call.answeredAt && <Since at={call.answeredAt} />}</span>
        {small && <small><bdi>{small}</bdi></small>}
      </span>
      <span className={styles.acts}>
        {call.state === 'ended' ? (
          <>
            <Button size="s" icon="phone" aria-label={t('phones.againNamed', { name })} onPress={onAgain}>{t('phones.again')}</Button>
            <Button size="s" variant="quiet" icon="close" aria-label={t('phones.dismissNamed', { name })} onPress={() => { calls.dismiss(call.id); onGone(); }} />
          </>
        ) : mine && (
          <Button size="s" variant="danger" icon="leave" aria-label={t(up ? 'phones.hangUpNamed' : 'phones.cancelNamed', { name })} onPress={() => { tell(calls.hangUp(call.id)); onGone(); }}>{t(up ? 'phones.hangUp' : 'phones.cancel')}</Button>
        )}
      </span>
    </li>
  );
}

/** Not read out every second. */
function Since({ at }: { at: string }): React.JSX.Element {
  const now = useNow(1000);
  return <span aria-hidden="true"> · {clock(Math.max(0, now - Date.parse(at)))}</span>;
}
