import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useConfirm } from '../../ui/Confirm';
import { Menu } from '../../ui/Menu';
import { useAct, useAdmin } from '../admin';
import type { Page } from '../http';
import type { Node } from '../model';
import { useLoad } from '../useLoad';

/** Takes a room's media to another node; nothing where there is no other one. `home` is the node it is on now. */
export function MoveMedia({ name, home, onMoved }: { name: string; home: string | null; onMoved: () => void }): React.JSX.Element | null {
  const { t } = useTranslation();
  const { http } = useAdmin();
  const act = useAct();
  const ask = useConfirm();
  const { value } = useLoad<Page<Node>>('/server/nodes?limit=100', (event) => event.type.startsWith('node.') || event.room === name);
  const others = value?.items.filter((node) => node.id !== home && node.state !== 'lost' && node.roles.includes('media')) ?? [];
  if (others.length === 0) return null;
  const move = (to: string): void => ask({
    title: t('admin.rooms.confirmMove', { name }), hint: t('admin.rooms.confirmMoveHint'), yes: t('admin.rooms.moveYes'),
    onYes: () => void act(http.send('POST', `/rooms/${name}/move-media${to && `?node=${encodeURIComponent(to)}`}`), t('admin.rooms.moved')).then(onMoved),
  });
  const entries = others.map(({ id, state }) => ({ id, icon: 'grid' as const, label: id, ...(state === 'draining' && { reason: t('admin.rooms.moveDraining') }), onAction: () => move(id) }));
  const any = entries.every((entry) => entry.reason) ? { reason: t('admin.rooms.moveDraining') } : {};
  return (
    <Menu label={t('admin.rooms.move')} groups={[{ entries: [{ id: 'any', icon: 'auto', label: t('admin.rooms.moveAny'), ...any, onAction: () => move('') }] }, { title: t('admin.nodes.title'), entries }]}>
      <Button size="s" icon="arrow">{t('admin.rooms.move')}</Button>
    </Menu>
  );
}
