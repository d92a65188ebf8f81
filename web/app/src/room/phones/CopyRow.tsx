import { useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import fields from '../../ui/Field.module.css';
import styles from './Phones.module.css';

/** Something to pass on: shown, and copied with one press. */
export function CopyRow({ label, value, copy }: { label: string; value: string; copy: string }): React.JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const { state, put } = useCopy();
  return (
    <div className={styles.copy}>
      <TextField value={value} isReadOnly className={fields.field ?? ''}>
        <Label className={fields.label}>{label}</Label>
        <Input ref={input} className={fields.input} onFocus={(e) => e.target.select()} dir="ltr" />
      </TextField>
      <Button icon={state === 'copied' ? 'check' : 'copy'} aria-label={copy} onPress={() => void put(value).then((done) => !done && input.current?.focus())} />
      <CopyNews state={state} />
    </div>
  );
}

type Copied = 'no' | 'copied' | 'byHand';

/** Pages without a secure connection have no clipboard: then it is selected, and the person copies it. */
export function useCopy(): { state: Copied; put: (text: string) => Promise<boolean> } {
  const [state, setState] = useState<Copied>('no');
  const put = async (text: string): Promise<boolean> => {
    const done = await (navigator.clipboard as Clipboard | undefined)?.writeText(text).then(() => true, () => false) ?? false;
    setState(done ? 'copied' : 'byHand');
    return done;
  };
  return { state, put };
}

export function CopyNews({ state }: { state: Copied }): React.JSX.Element {
  const { t } = useTranslation();
  return <span role="status" className={state === 'byHand' ? styles.byHand : 'visually-hidden'}>{state === 'no' ? '' : t(`phones.${state}`)}</span>;
}
