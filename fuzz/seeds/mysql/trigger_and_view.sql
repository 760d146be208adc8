CREATE DEFINER=`root`@`localhost` TRIGGER tr BEFORE INSERT ON t2 FOR EACH ROW FOLLOWS `x` SET new.x = 'a\nb', new.y = json_extract(new.z, '$.a')

CREATE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW `v` (`a`,`b c`) AS select `t`.`a` AS `a`,(case when (`t`.`b` > 1) then 'x' else "y" end) AS `b c` from (`d`.`t` join `u` on((`t`.`a` = `u`.`a`))) WITH CASCADED CHECK OPTION
