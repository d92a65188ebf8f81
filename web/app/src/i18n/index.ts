import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './locales/en.json';

/** Locales that are complete. Each further one is a file beside en.json and a line in the loader. */
const LOADERS: Record<string, () => Promise<{ default: object }>> = {};

export async function startI18n(): Promise<void> {
  const wish = new URLSearchParams(location.search).get('lang') ?? navigator.language.split('-')[0] ?? 'en';
  const lang = wish in LOADERS ? wish : 'en';
  await i18next.use(initReactI18next).init({
    lng: lang, fallbackLng: 'en', resources: { en: { translation: en } }, interpolation: { escapeValue: false }, react: { useSuspense: false },
  });
  const loader = LOADERS[lang];
  if (loader) i18next.addResourceBundle(lang, 'translation', (await loader()).default);
  document.documentElement.lang = lang;
}
