// Light, dark, or as the system has it. Kept in this browser alone.
export type Theme = 'system' | 'light' | 'dark';

const key = 'promotable-theme';
export const themeChanged = 'promotable:theme';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function applyTheme(theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, theme);
  applyTheme(theme);
  window.dispatchEvent(new Event(themeChanged));
}
