import { useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { savePrefs, usePrefs } from '../../prefs';
import { Button } from '../../ui/Button';
import { Menu } from '../../ui/Menu';
import { usePanels, type ChatTab } from '../panels';
import { useRoom } from '../session';
import { SidePanel } from '../SidePanel';
import styles from './Chat.module.css';
import { Composer } from './Composer';
import { NEW, type Draft, type DraftVerbs } from './draft';
import { FilesTab } from './FilesTab';
import { MessageList } from './MessageList';

export default function ChatPanel({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { tab, setTab } = usePanels();
  const files = useRoom((s) => s.room.files.length);
  const input = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<Draft>(NEW);
  const begin = (next: Draft): void => {
    setDraft(next);
    focusAfterMenus(input);
  };
  const verbs: DraftVerbs = { reply: (id) => begin({ ...NEW, replyTo: id }), edit: (id) => begin({ ...NEW, edits: id }), end: () => begin(NEW) };
  return (
    <SidePanel id="chat" title={t('chat.title')} onClose={onClose} focus={input} bare actions={<ChatMenu />}>
      <Tabs className={styles.tabs ?? ''} selectedKey={tab} onSelectionChange={(key) => setTab(key as ChatTab)}>
        <TabList className={styles.tabList ?? ''} aria-label={t('chat.title')}>
          <Tab id="chat" className={styles.tab ?? ''}>{t('chat.tab')}</Tab>
          <Tab id="files" className={styles.tab ?? ''}>{files > 0 ? t('chat.filesCount', { count: files }) : t('chat.files')}</Tab>
        </TabList>
        <TabPanel id="chat" className={styles.body ?? ''}>
          <MessageList draft={verbs} />
          <Composer input={input} draft={draft} verbs={verbs} />
        </TabPanel>
        <TabPanel id="files" className={styles.body ?? ''}><FilesTab /></TabPanel>
      </Tabs>
    </SidePanel>
  );
}

const PATIENCE_FRAMES = 60;

/** A menu gives the focus back to its button when it has closed: only then is it the writer's turn. */
function focusAfterMenus(input: React.RefObject<HTMLTextAreaElement | null>, frames = PATIENCE_FRAMES): void {
  const closed = frames === 0 || !document.querySelector('[role=menu]');
  requestAnimationFrame(() => (closed ? requestAnimationFrame(() => input.current?.focus()) : focusAfterMenus(input, frames - 1)));
}

/** What this person wants to hear of messages. */
function ChatMenu(): React.JSX.Element {
  const { t } = useTranslation();
  const prefs = usePrefs();
  return (
    <Menu label={t('chat.settings')} groups={[{
      entries: [
        { id: 'sound', label: t('chat.soundSetting'), selected: prefs.messageSound, onAction: () => savePrefs({ messageSound: !prefs.messageSound }) },
        { id: 'preview', label: t('chat.previewSetting'), selected: prefs.messagePreview, onAction: () => savePrefs({ messagePreview: !prefs.messagePreview }) },
        { id: 'speak', label: t('chat.speakSetting'), selected: prefs.speakMessages, onAction: () => savePrefs({ speakMessages: !prefs.speakMessages }) },
      ],
    }]}>
      <Button variant="quiet" icon="settings" aria-label={t('chat.settings')} />
    </Menu>
  );
}
