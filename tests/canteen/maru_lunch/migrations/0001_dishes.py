"""Dishes and praise."""

import peewee as pw


def _models(db):
    class Base(pw.Model):
        id = pw.AutoField()

        class Meta:
            database = db

    class Dish(Base):
        name = pw.CharField(max_length=200)
        unit = pw.IntegerField(null=True)
        served_on = pw.DateField()
        calories = pw.IntegerField(null=True)
        is_checked = pw.BooleanField()

        class Meta:
            table_name = "lunch_dish"

    class Praise(Base):
        plugin = pw.CharField(max_length=40)
        text = pw.CharField(max_length=200)

        class Meta:
            table_name = "lunch_praise"

    return [Dish, Praise]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
