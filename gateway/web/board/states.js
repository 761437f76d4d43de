// The states of agents: in which order they are shown, how they are called, and by which sign they
// are known to those who do not see colours.

export const STATES = [
  { id: 'AVAILABLE', text: 'Available', sign: '✓' },
  { id: 'RINGING', text: 'Ringing', sign: '♪' },
  { id: 'IN_CALL', text: 'In call', sign: '☎' },
  { id: 'ON_HOLD', text: 'On hold', sign: '⋯' },
  { id: 'WRAP_UP', text: 'Wrap-up', sign: '✎' },
  { id: 'PAUSED', text: 'Paused', sign: '‖' },
  { id: 'UNREACHABLE', text: 'Unreachable', sign: '!' },
  { id: 'LOGGED_OUT', text: 'Logged out', sign: '–' },
];

export const stateOf = (agent) => STATES.find(({ id }) => id === agent.state) ?? STATES.at(-1);
