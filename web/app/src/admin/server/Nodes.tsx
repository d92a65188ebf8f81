import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import styles from '../Admin.module.css';
import { useAct, useAdmin } from '../admin';
import type { Node } from '../model';
import { Chip, Rows, Title } from '../parts';
import { usePages, useWatch } from '../useLoad';
import { ago, percent } from '../when';

/** What a node carries, and how far it has drained, are no events. */
const LOOK_MS = 2000;
const TONES: Record<string, 'good' | 'warn' | 'bad'> = { active: 'good', lost: 'bad' };

export function Nodes(): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<Node>('/server/nodes', '', (event) => event.type.startsWith('node.'));
  const nodes = pages.value?.items ?? [];
  useWatch(true, pages.reload, LOOK_MS);
  return (
    <>
      <Title text={t('admin.nodes.title')} sub={t('admin.nodes.sub')} />
      <Rows label={t('admin.nodes.title')} pages={pages} empty={t('admin.nodes.none')}>
        {(node) => <One key={node.id} node={node} isAlone={!nodes.some((other) => other.id !== node.id && other.state === 'active')} onDone={pages.reload} />}
      </Rows>
    </>
  );
}

function One({ node, isAlone, onDone }: { node: Node; isAlone: boolean; onDone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { id, state } = node;
  return (
    <li className={styles.row}>
      <span>
        <b>{id}</b>
        <small>{t('admin.nodes.facts', { version: node.version, started: ago(node.startedAt), load: percent(node.load) })}</small>
        <small>{t('admin.nodes.carries', { rooms: node.rooms, connections: node.connections, roles: node.roles.join(', ') })}</small>
      </span>
      <span className={styles.chips}>
        {node.isThisOne && <Chip>{t('admin.nodes.this')}</Chip>}
        <Chip tone={TONES[state] ?? 'warn'}>{t(`admin.nodes.state.${state}`, state)}</Chip>
      </span>
      {state !== 'lost' && <span className={styles.verbs}><Verb node={node} isAlone={isAlone} onDone={onDone} /></span>}
    </li>
  );
}

/** Draining is asked about, because it moves people; taking part again moves nobody. */
function Verb({ node: { id, state }, isAlone, onDone }: { node: Node; isAlone: boolean; onDone: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const ask = useConfirm();
  const order = (verb: 'drain' | 'undrain', done: string): void => void act(http.send('POST', `/server/nodes/${id}/${verb}`), done).then(onDone);
  const drain = (): void => ask({
    title: t('admin.nodes.confirmDrain', { id }), hint: t(isAlone ? 'admin.nodes.confirmDrainAlone' : 'admin.nodes.confirmDrainHint'), yes: t('admin.nodes.drain'), danger: true,
    onYes: () => order('drain', t('admin.nodes.drains', { id })),
  });
  return state === 'draining'
    ? <Button size="s" icon="play" aria-label={t('admin.nodes.undrainNamed', { id })} onPress={() => order('undrain', t('admin.nodes.undrained', { id }))}>{t('admin.nodes.undrain')}</Button>
    : <Button size="s" icon="pause" aria-label={t('admin.nodes.drainNamed', { id })} onPress={drain}>{t('admin.nodes.drain')}</Button>;
}
