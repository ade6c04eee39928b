import { probe } from '../probe.ts';

export const s24 = probe('S-24', [], {
  needs: ['governance.processors', 'governance.insight_dispatches'],
  outside: 'what the contract with the processor says',
});
