import { useTranslation } from 'react-i18next';
import styles from '../Admin.module.css';
import type { Node } from '../model';
import { Chip, Rows, Title } from '../parts';
import { usePages } from '../useLoad';
import { ago, percent } from '../when';

export function Nodes(): React.JSX.Element {
  const { t } = useTranslation();
  const pages = usePages<Node>('/server/nodes', '', (event) => event.type.startsWith('node.'));
  return (
    <>
      <Title text={t('admin.nodes.title')} sub={t('admin.nodes.sub')} />
      <Rows label={t('admin.nodes.title')} pages={pages} empty={t('admin.nodes.none')}>
        {(node) => (
          <li key={node.id} className={styles.row}>
            <span><b>{node.id}</b><small>{t('admin.nodes.facts', { version: node.version, started: ago(node.startedAt), load: percent(node.load) })}</small></span>
            <span className={styles.chips}>
              {node.isThisOne && <Chip>{t('admin.nodes.this')}</Chip>}
              <Chip tone={node.state === 'active' ? 'good' : 'warn'}>{t(`admin.nodes.state.${node.state}`, node.state)}</Chip>
            </span>
          </li>
        )}
      </Rows>
    </>
  );
}
