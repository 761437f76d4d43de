// Light or dark: as the system has it, until somebody chooses.

const KEY = 'wallboard.theme';
const THEMES = { '': 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };

function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

export function offerThemes(button) {
  const names = Object.keys(THEMES);
  let theme = localStorage.getItem(KEY) ?? '';
  const show = () => {
    apply(theme);
    button.textContent = { '': '◐', light: '☀', dark: '☾' }[theme];
    button.setAttribute('aria-label', THEMES[theme]);
    button.title = THEMES[theme];
  };
  button.addEventListener('click', () => {
    theme = names[(names.indexOf(theme) + 1) % names.length];
    localStorage.setItem(KEY, theme);
    show();
  });
  show();
}
