-- drop the table `users`
-- DESTROYS DATA: all rows of `users` are gone
DROP TABLE `users`;

-- drop the table `products`
-- DESTROYS DATA: all rows of `products` are gone
DROP TABLE `products`;

-- drop the table `import_jobs`
-- DESTROYS DATA: all rows of `import_jobs` are gone
DROP TABLE `import_jobs`;

-- drop the table `feeds`
-- DESTROYS DATA: all rows of `feeds` are gone
DROP TABLE `feeds`;
