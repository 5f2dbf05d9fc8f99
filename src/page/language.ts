/// <reference lib="dom" />

/** Translations of the page's texts, by their English text. Values of a text are written as `{name}`. */
export type Words = Readonly<Record<string, string>>;

/** The languages of the page: their names in themselves, and how the texts of each are loaded. */
const LANGUAGES = {
  en: { name: "English", load: () => Promise.resolve<Words>({}) },
  de: { name: "Deutsch", load: async () => (await import("./languages/de.ts")).default },
} satisfies Record<string, { readonly name: string; load(): Promise<Words> }>;

/** The code of a language. */
export type Language = keyof typeof LANGUAGES;

/** All languages, each with its code and its name. */
export const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({
  code: code as Language,
  name,
}));

const STORAGE_KEY = "mitosis-language";

let words: Words = {};

/**
 * Returns a text in the language of the page. A text that is not translated stays English.
 *
 * @param values What is put in place of each `{name}`.
 */
export function t(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return (words[text] ?? text).replace(
    /\{(\w+)\}/g,
    (whole, name) => String(values[name] ?? whole),
  );
}

/** Returns the language that was chosen in this browser; English if none was chosen. */
export function savedLanguage(): Language {
  const saved = localStorage.getItem(STORAGE_KEY);
  return languages.find(({ code }) => code === saved)?.code ?? "en";
}

/** Loads the texts of a language, uses them from now on, and saves the choice in this browser. */
export async function applyLanguage(language: Language): Promise<void> {
  words = await LANGUAGES[language].load();
  document.documentElement.lang = language;
  localStorage.setItem(STORAGE_KEY, language);
}
