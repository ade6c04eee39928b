-- A run of which nothing could be looked at: no verdict of a seed is green.
insert into governance.compliance_results (run_id, requirement, verdict, looks, evidence_sha256)
values ('00000000-0000-7000-8000-000000000051', 'N-51', 'unseen', 0, repeat('0', 64))
on conflict do nothing;
