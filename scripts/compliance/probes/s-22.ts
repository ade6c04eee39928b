import { probe } from '../probe.ts';

export const s22 = probe('S-22', [], { needs: ['public.smart_insights_payload()'] });
