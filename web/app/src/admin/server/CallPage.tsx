import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { CallMessage, CallTimeline } from '../model';
import { Chip, Numbers, Section, Title, Trouble } from '../parts';
import { useLoad } from '../useLoad';
import { moment } from '../when';

/** What a call's signalling was: each message with its time, from us or from the phone. */
export function CallPage({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { value, error } = useLoad<CallTimeline>(`/calls/${id}/timeline`, (event) => event.type.startsWith('call.'));
  const back = { to: '/admin/calls', label: t('admin.calls.title') };
  if (!value) return <><Title text={t('admin.calls.one')} back={back} />{error ? <Trouble error={error} /> : <p className={styles.none}>{t('app.loading')}</p>}</>;
  const { call, messages } = value;
  return (
    <>
      <Title text={call?.displayName ?? id} sub={id} back={back}><Save id={id} /></Title>
      {call && (
        <Numbers of={[
          [t('admin.calls.from'), call.from], [t('admin.calls.to'), call.to], [t('admin.calls.began'), moment(call.startedAt)],
          [t('admin.calls.state'), call.end ? `${call.state}: ${call.end.code}` : call.state],
        ]} />
      )}
      <Section title={t('admin.calls.signalling')}>
        <ol className={styles.ladder}>{messages.map((message, i) => <Message key={i} of={message} />)}</ol>
      </Section>
    </>
  );
}

function Message({ of: message }: { of: CallMessage }): React.JSX.Element {
  const { t } = useTranslation();
  const ours = message.direction === 'out';
  return (
    <li data-direction={message.direction}>
      <small>{(message.offsetMs / 1000).toFixed(3)} s</small>
      <span aria-hidden="true">{ours ? '←' : '→'}</span>
      <span>
        <span className="visually-hidden">{t(ours ? 'admin.calls.fromUs' : 'admin.calls.fromPhone', { address: message.remote })} </span>
        <b>{message.summary}</b>{message.summary !== message.method && ` (${message.method})`}
      </span>
      {message.hasDescription && <Chip>SDP</Chip>}
      <small>{message.transport} {message.remote}</small>
    </li>
  );
}

function Save({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const save = async (name: string): Promise<void> => {
    const url = URL.createObjectURL(await http.file(`/calls/${id}/${name}`));
    Object.assign(document.createElement('a'), { href: url, download: name === 'trace.pcap' ? `${id}.pcap` : `${id}.svg` }).click();
    URL.revokeObjectURL(url);
  };
  return (
    <>
      <Button size="s" onPress={() => void act(save('ladder.svg'))}>{t('admin.calls.picture')}</Button>
      <Button size="s" onPress={() => void act(save('trace.pcap'))}>{t('admin.calls.capture')}</Button>
    </>
  );
}
