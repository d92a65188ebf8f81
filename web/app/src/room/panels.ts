import { createContext, use, useCallback, useMemo, useState } from 'react';

export type Panel = 'people' | 'chat' | 'stats' | 'devices' | null;
export type ChatTab = 'chat' | 'files';
export type RoomDialog = 'invite' | 'dial' | null;

export interface Panels {
  panel: Panel;
  tab: ChatTab;
  /** Lies over everything. */
  dialog: RoomDialog;
  /** Whom the next message is for; null: everyone. */
  to: string | null;
  toggle: (panel: Panel) => void;
  open: (panel: Panel, tab?: ChatTab) => void;
  show: (dialog: RoomDialog) => void;
  setTab: (tab: ChatTab) => void;
  setTo: (participantId: string | null) => void;
  /** Opens the chat with a message to one person begun. */
  messageTo: (participantId: string) => void;
}

export const PanelsContext = createContext<Panels | null>(null);

export function usePanels(): Panels {
  const panels = use(PanelsContext);
  if (!panels) throw new Error('usePanels needs a PanelsContext');
  return panels;
}

/** One panel at a time. */
export function usePanelState(): Panels {
  const [panel, setPanel] = useState<Panel>(null);
  const [tab, setTab] = useState<ChatTab>('chat');
  const [dialog, show] = useState<RoomDialog>(null);
  const [to, setTo] = useState<string | null>(null);
  const toggle = useCallback((which: Panel) => {
    setPanel((p) => (p === which ? null : which));
    if (which === 'chat') setTab('chat');
  }, []);
  const open = useCallback((which: Panel, shown: ChatTab = 'chat') => {
    setPanel(which);
    setTab(shown);
  }, []);
  const messageTo = useCallback((id: string) => {
    setTo(id);
    open('chat');
  }, [open]);
  return useMemo(() => ({ panel, tab, dialog, to, toggle, open, show, setTab, setTo, messageTo }), [panel, tab, dialog, to, toggle, open, messageTo]);
}
