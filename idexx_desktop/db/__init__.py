"""PostgreSQL: the embedded server, the connection, identity, models, repositories, migrations.

The only room that imports SQLAlchemy, psycopg and Alembic. It returns frozen records, never ORM objects,
and holds no rule of the product.
"""
