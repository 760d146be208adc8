SET sql_mode = 'ORACLE';
CREATE PACKAGE prices COMMENT 'What things cost.' AS
    FUNCTION with_tax(net decimal(12,2)) RETURN decimal(12,2);
    PROCEDURE show_all;
END;
CREATE PACKAGE BODY prices AS
    rate decimal(4,2) := 1.19;
    FUNCTION with_tax(net decimal(12,2)) RETURN decimal(12,2) AS
        gross decimal(12,2);
    BEGIN
        gross := net * rate;
        RETURN gross;
    END;
    PROCEDURE show_all AS
    BEGIN
        FOR one IN (SELECT id, price FROM users) LOOP
            SELECT one.id, with_tax(one.price);
        END LOOP;
    END;
BEGIN
    rate := 1.07;
END;
