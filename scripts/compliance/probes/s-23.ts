import { probe } from '../probe.ts';

export const s23 = probe('S-23', [], { needs: ['public.smart_insights_payload()'] });
