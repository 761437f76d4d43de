"""Of the two tables, the columns that are asked for."""

from django.db import models


class Agent(models.Model):
    number = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "agentfeatures"


class Login(models.Model):
    agent = models.OneToOneField(Agent, models.DO_NOTHING, primary_key=True, related_name="login")
    extension = models.CharField(max_length=80)
    context = models.CharField(max_length=80)
    state_interface = models.CharField(max_length=128)

    class Meta:
        managed = False
        db_table = "agent_login_status"
