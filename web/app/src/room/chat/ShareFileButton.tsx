import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { useSession } from '../session';

export function ShareFileButton({ wide = false }: { wide?: boolean }): React.JSX.Element {
  const { t } = useTranslation();
  const { files } = useSession();
  const input = useRef<HTMLInputElement>(null);
  const share = (picker: HTMLInputElement): void => {
    files.share([...(picker.files ?? [])]);
    // The same file again shall be a change too.
    picker.value = '';
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden data-share-file onChange={(e) => share(e.currentTarget)} />
      {wide
        ? <Button icon="attach" onPress={() => input.current?.click()}>{t('chat.shareFile')}</Button>
        : <Button variant="quiet" icon="attach" aria-label={t('chat.shareFile')} onPress={() => input.current?.click()} />}
    </>
  );
}
