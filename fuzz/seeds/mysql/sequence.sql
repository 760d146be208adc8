CREATE SEQUENCE `s` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 1 cache 1000 nocycle ENGINE=InnoDB COMMENT='x'

CREATE SEQUENCE `s` start with -5 minvalue -10 maxvalue 10 increment by -2 nocache cycle ENGINE=InnoDB
