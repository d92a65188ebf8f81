import type { TFunction } from 'i18next';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import { Field } from '../../ui/Field';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { AdminHttp } from '../http';
import type { Knocker, Person, Room } from '../model';
import { Chip, More, Rows, Section } from '../parts';
import { usePages, useWatch, type Pages } from '../useLoad';
import { ago } from '../when';
import { Rename } from './Rename';
import { ICONS, isDanger, offers, sent, trackOf, type Offer, type Verb } from './verbs';

const WORDS: Record<Verb, string> = {
  mute: 'people.mute', ask: 'people.askUnmute', video: 'people.stopVideo', askVideo: 'people.askVideo', share: 'people.stopShare', spotlight: 'people.spotlight',
  hand: 'people.lowerHand', rename: 'admin.people.rename', moderator: 'people.makeModerator', member: 'people.makeMember', listener: 'admin.people.makeListener', remove: 'people.remove', banSession: 'people.ban', banDay: 'admin.people.banDay',
};

/** Somebody who gives up waiting makes no event. */
const LOOK_MS = 3000;

/** Who is inside, with every verb of a moderator. */
export function People({ room }: { room: Room }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const path = `/rooms/${room.name}`;
  const pages = usePages<Person>(`${path}/participants`, '', (event) => event.room === room.name);
  const people = pages.value?.items.filter((p) => p.state !== 'waiting') ?? [];
  const inside = { ...pages, value: pages.value && { ...pages.value, items: people } };
  const hands = people.filter((p) => p.handRaisedAt);
  const muteAll = (): void => void act(http.send('POST', `${path}/mute-all`, { body: { source: 'microphone' } }), t('admin.people.mutedAll'));
  const lower = (): void => void act(Promise.all(hands.map((p) => http.send('PATCH', `${path}/participants/${p.id}`, { body: { handRaised: false } }))));
  const dark = (): void => void act(http.send('PUT', `${path}/spotlight`, { body: { trackIds: [] } }), t('admin.people.spotlightEnded'));
  return (
    <Section title={t('people.title')} verbs={people.length > 0 && (
      <>
        {hands.length > 0 && <Button size="s" icon="hand" onPress={lower}>{t('people.lowerHands')}</Button>}
        <Button size="s" icon="spot" onPress={dark}>{t('admin.people.endSpotlight')}</Button>
        <Button size="s" icon="micOff" onPress={muteAll}>{t('people.muteAll')}</Button>
      </>
    )}>
      <Rows label={t('people.title')} pages={inside} empty={t('lobby.nobody')}>
        {(p) => <Inside key={p.id} person={p} path={path} pages={pages} />}
      </Rows>
    </Section>
  );
}

/** Who knocked, longest first; nothing where nobody did. */
export function Knocking({ room }: { room: Room }): React.JSX.Element | null {
  const { t } = useTranslation();
  const path = `/rooms/${room.name}`;
  const pages = usePages<Knocker>(`${path}/waiting`, '', (event) => event.room === room.name);
  const waits = !!pages.value?.items.length;
  useWatch(waits, pages.reload, LOOK_MS);
  if (!waits) return null;
  return (
    <Section title={t('people.waiting')}>
      <Rows label={t('people.waiting')} pages={pages} empty="">{(one) => <Waiting key={one.id} person={one} path={path} onAnswered={pages.reload} />}</Rows>
    </Section>
  );
}

function Waiting({ person, path, onAnswered }: { person: Knocker; path: string; onAnswered: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const [denying, setDenying] = useState(false);
  const [message, setMessage] = useState('');
  const { displayName: name } = person;
  const answer = (verb: string, body?: object): void => void act(http.send('POST', `${path}/participants/${person.id}/${verb}`, body ? { body } : {})).then(onAnswered);
  const deny = (): void => {
    setDenying(false);
    answer('deny', message.trim() ? { message: message.trim() } : {});
  };
  return (
    <li className={`${styles.row} ${styles.person}`}>
      <Avatar id={person.id} name={name} size="s" />
      <span><b>{name}</b><small>{t(`people.kind.${person.kind}`)}</small></span>
      <span className={styles.chips}><Chip tone="warn">{ago(person.since)}</Chip></span>
      <span className={styles.verbs}>
        <Button size="s" onPress={() => setDenying(true)} aria-label={t('people.denyNamed', { name })}>{t('people.deny')}</Button>
        <Button size="s" variant="primary" onPress={() => answer('admit')} aria-label={t('people.admitNamed', { name })}>{t('people.admit')}</Button>
      </span>
      {denying && (
        <Sheet title={t('people.denyNamed', { name })} onClose={() => setDenying(false)}>
          <Form className={styles.form} onSubmit={(e) => { e.preventDefault(); deny(); }}>
            <Field label={t('people.denyMessage')} placeholder={t('people.denyPlaceholder')} value={message} onChange={setMessage} maxLength={200} autoComplete="off" autoFocus />
            <div data-actions><Button variant="quiet" onPress={() => setDenying(false)}>{t('people.cancel')}</Button><Button type="submit" variant="danger">{t('people.denyYes')}</Button></div>
          </Form>
        </Sheet>
      )}
    </li>
  );
}

function Inside({ person, path, pages }: { person: Person; path: string; pages: Pages<Person> }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const ask = useConfirm();
  const act = useAct();
  const [renaming, setRenaming] = useState(false);
  const name = person.displayName;
  const go = (verb: Exclude<Verb, 'rename'>): void => void act(order(http, path, person, verb)).then((done) => done && pages.reload());
  const begin = (verb: Verb): void => {
    if (verb === 'rename') setRenaming(true);
    else if (isDanger(verb)) ask({ title: t(verb === 'remove' ? 'people.confirmRemove' : 'people.confirmBan', { name }), hint: t('admin.people.confirmHint'), yes: t(WORDS[verb]), danger: true, onYes: () => go(verb) });
    else go(verb);
  };
  const entries = offers(person).map((offer) => ({
    id: offer.verb, icon: ICONS[offer.verb], label: t(WORDS[offer.verb]), danger: isDanger(offer.verb), reason: reasonOf(t, offer, name),
    onAction: () => begin(offer.verb),
  }));
  const sending = sent(person).map((track) => t(`stats.source.${track.source}`));
  return (
    <li className={`${styles.row} ${styles.person}`}>
      <Avatar id={person.identity || person.id} name={name} size="s" />
      <span><b>{name}</b><small>{sending.length > 0 ? t('admin.people.sends', { what: sending.join(', ') }) : t('admin.people.silent')} · {ago(person.joinedAt)}</small></span>
      <span className={styles.chips}>
        {person.handRaisedAt && <Chip tone="warn">{t('people.handRaised')}</Chip>}
        {person.state === 'reconnecting' && <Chip tone="warn">{t('people.reconnecting')}</Chip>}
        {person.kind !== 'web' && <Chip>{t(`people.kind.${person.kind}`)}</Chip>}
        <Chip {...(person.role === 'moderator' ? { tone: 'good' as const } : {})}>{t(`admin.people.role.${person.role}`)}</Chip>
      </span>
      <More label={t('room.menuFor', { name })} groups={[{ entries: entries.filter((e) => !e.danger) }, { entries: entries.filter((e) => e.danger) }]} />
      {renaming && <Rename path={path} person={person} onClose={() => setRenaming(false)} onDone={pages.reload} />}
    </li>
  );
}

const reasonOf = (t: TFunction, { reason }: Offer, name: string): string | undefined => reason && t(`people.reasons.${reason}`, { name });

function order(http: AdminHttp, path: string, person: Person, verb: Exclude<Verb, 'rename'>): Promise<unknown> {
  const one = `${path}/participants/${person.id}`;
  switch (verb) {
    case 'mute': return http.send('POST', `${one}/mute`, { body: { source: 'microphone' } });
    case 'video': return http.send('POST', `${one}/mute`, { body: { source: 'camera' } });
    case 'share': return http.send('POST', `${one}/mute`, { body: { source: 'screen' } });
    case 'ask': return http.send('POST', `${one}/ask-unmute`, { body: { source: 'microphone' } });
    case 'askVideo': return http.send('POST', `${one}/ask-unmute`, { body: { source: 'camera' } });
    case 'spotlight': return http.send('PUT', `${path}/spotlight`, { body: { trackIds: [trackOf(person, 'screen')?.trackId ?? trackOf(person, 'camera')?.trackId] } });
    case 'hand': return http.send('PATCH', one, { body: { handRaised: false } });
    case 'remove': return http.send('DELETE', one);
    case 'banSession': return http.send('DELETE', `${one}?ban=session`);
    case 'banDay': return http.send('DELETE', `${one}?ban=24h`);
    case 'moderator': case 'member': case 'listener': return http.send('PATCH', one, { body: { role: verb } });
  }
}
