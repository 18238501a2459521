"""The jobs of the application, by name."""

from typing import Annotated, cast

from fastapi import Depends, Request

from api.validation.jobs import Jobs


def jobs(request: Request) -> Jobs:
    """The one register of jobs of the application."""
    return cast(Jobs, request.app.state.validation_jobs)


JobsDep = Annotated[Jobs, Depends(jobs)]
