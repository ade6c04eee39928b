-- authz.printable: what a client says of itself, as auditors read it.
begin;
select plan(5);

select is(authz.printable('Desk/1.0 (ward 3)', 400), 'Desk/1.0 (ward 3)', 'a plain text stays as it is [N-35 +]');
select is(authz.printable('José 医者 فارسی', 400), 'José 医者 فارسی', 'and one in other scripts, whatever their direction [N-35 +]');
select is(authz.printable(E'a\nb\u0007c\u0085d\u2028e', 400), 'a b c d e', 'controls and ends of lines are blanks [N-35 -]');
select is(
  (select count(*) from unnest('{1564,8206,8207,8234,8235,8236,8237,8238,8294,8295,8296,8297}'::integer[]) as s (sign) where authz.printable('a' || chr(sign) || 'b', 400) <> 'a b'),
  0::bigint, 'and so is what turns the direction of what stands beside it [N-35 -]'
);
select is(authz.printable('', 400), null, 'nothing said is nothing [N-35 -]');

select * from finish();
rollback;
