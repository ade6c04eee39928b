import type { DoctorCheck } from '../check.ts';

/** A name says nothing of who writes the header: a gateway that passes it on lets each client say where it is. */
export const addressHeader: DoctorCheck = {
  name: 'address-header',
  claim:
    'the deployment names the header that tells where a client connects from, and the proxy in front writes it over what clients send',
  why: "Without one every address is unknown: signatures carry none, and a rule about networks denies. A header that clients can set makes that rule their own word; one that tells an application's server lets everybody be where that server is.",
  remedy:
    "update authz.deployment_settings set trusted_address_header to what the proxy in front of PostgREST overwrites; 'cf-connecting-ip' on hosted Supabase where browsers ask it themselves, and never on a server of your own without Cloudflare: its gateway passes on what a client sends. Where an application's server asks, the address is that server's: there it takes withSession, with what the application's own proxy wrote in headers",
  requirements: ['N-28', 'S-32'],
  query: `
    select 'authz.deployment_settings.trusted_address_header' as object, coalesce(trusted_address_header, 'none') as found,
           case
             when trusted_address_header = 'cf-connecting-ip' then 'only where Cloudflare stands in front, and browsers ask PostgREST directly'
             when trusted_address_header is null then 'a header that the proxy sets'
             else 'written by the proxy in front, over whatever a client sends'
           end as expected,
           case when trusted_address_header is null then 'fault' else 'unseen' end as state
    from (values (true)) as one (is_there)
    left join authz.deployment_settings as s on s.singleton`,
};
