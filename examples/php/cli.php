<?php
// The real one would dispatch to the controller named by its first argument.
